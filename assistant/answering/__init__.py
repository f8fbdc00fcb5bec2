"""What every kind of answer is made of (:mod:`assistant.kinds` says which kind takes what); no model and no network.

- desk: the notices, the retriever and what is said where nothing can be answered; manner: what a kind asks of the shared steps
- telling: one question in one scope, from evidence to draft; extractive, quoting, order: which sentences, in what frame, in what order
- answerability, absent, refusal: whether anything found answers, what stands nowhere, and what is said then
- rows: which rows of a table speak; rulings: verdicts in sentences; draft: statements with their citations before they are checked
"""
