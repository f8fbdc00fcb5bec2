"""Claims written by hand that the project keeps (``data/claims.jsonl``): positions only, the documents are not ours to ship.

A line names a file, where the sentences begin that the claim rests on, the claim, and whether they bear it out; ``held`` lines are on
documents that only judge. The trap: a rule must never be fitted on those, so they are read by asking for them alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.retrieval.matching import Weights
from assistant.verification.evidence import choose, focused, sentences_of
from training.claims_made import Made
from training.entailment import Document
from training.reader import Row, places_of

CLAIMS = Path(__file__).parent / "data" / "claims.jsonl"


def read_claims(
    rows: Sequence[Row], files: Mapping[str, str], path: Path = CLAIMS, *, held: bool = False
) -> list[Document]:
    """The documents with the claims written about them, each claim beside what it rests on as the verifier chooses it.

    Args:
        files: the notice each file became; lines of other files, and positions where no sentence begins, are left out.
        held: those that only judge, and not those to fit on.
    """
    places, rare = places_of(rows), Weights(row.text for row in rows)
    written: dict[str, list[Made]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        found = [places[key] for at in one["at"] if (key := (files.get(one["file"], ""), at)) in places]
        if not found or one.get("held", False) is not held:
            continue
        sentences = sentences_of(["\n".join(rows[n].text for n in found)])
        evidence = tuple(focused(one["claim"], [s.text for s in choose(one["claim"], sentences, rare)]))
        kind = "-" if one["supported"] else one["kind"]
        made = Made(one["claim"], evidence, one["supported"], kind, document=one["file"])
        written.setdefault(one["file"], []).append(made)
    of_file = {name: tuple(r.text for r in rows if r.notice == files[name]) for name in written}
    return [Document(name, of_file[name], tuple(claims)) for name, claims in written.items()]
