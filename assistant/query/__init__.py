"""What is asked: the kind of question, its places, dates and documents, and what was carried over from earlier turns.

- question: ``understand(...)`` reads a question and its history into an ``Understanding``
- kinds: which kind of answer is wanted; values: which kind of value (an amount, a share, a length of time)
- scope: what its words name of places, dates and documents; places: which of them are asked about
"""
