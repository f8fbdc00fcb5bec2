"""What can be done with the notices besides answering: list them, sum one up, collect its figures and dates, quote an item.

Every room gives a :class:`~assistant.answering.draft.Draft` or a :class:`~assistant.answering.refusal.Refusal`.
"""
