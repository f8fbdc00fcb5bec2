"""The extractive answer, by kind of question; no model and no network.

- planner: which answerer speaks; extractive, tables, rulings, responsible, about: the answerers
- answerability, refusal: whether anything found answers, and what to say where nothing does
- draft: statements with their citations before they are checked; suggest: what to ask next
"""
