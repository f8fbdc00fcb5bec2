"""The pages (页面) of the assistant: small Gradio modules that call ``Assistant`` and render what it returns.

Reading order: ``markup`` (text to safe HTML), ``turn`` and ``answers`` (one answer), ``panel``, ``about`` and ``graph``
(the source beside it), ``session`` and ``history`` (a conversation, kept), ``chat`` (the page itself); then ``library``
and ``intake``, ``rules`` (applicability, comparison), ``schedule`` (duties), ``dashboard``; ``export`` and ``server``
make the files. ``assets`` holds the style sheet and the script. Nothing here retrieves, decides or writes prompts.
"""
