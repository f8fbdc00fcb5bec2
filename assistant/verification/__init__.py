"""The gate: what may be shown, whichever answerer wrote it.

- gate: a sentence against the passages it cites; claims: the statements in it; organs: the bodies it names
"""
