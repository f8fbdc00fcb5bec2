# Page, interfaces and command line in one image. Needs no network once built; runs as nobody special with a read-only root:
#   docker build -t policy-assistant .
#   docker run --rm -it -v policy-data:/data policy-assistant assistant users add 用户名 --role 管理员
#   docker run -d --read-only --tmpfs /tmp --cap-drop ALL -p 127.0.0.1:7860:7860 -v policy-data:/data policy-assistant
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    ASSISTANT_DATA_DIR=/data ASSISTANT_CACHE_DIR=/data/model \
    ASSISTANT_UI__HOST=0.0.0.0 ASSISTANT_ACCOUNTS__ENABLED=true

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN pip install "$(grep '^torch==' constraints.txt)"
COPY . .
RUN pip install --constraint constraints.txt . \
    && useradd --no-create-home --uid 10001 policy && mkdir -m 700 /data && chown policy /data

USER policy
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=180s --interval=30s --timeout=10s \
    CMD python -c "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"ASSISTANT_UI__PORT\", 7860)}/ready', timeout=9)"
CMD ["assistant", "serve"]
