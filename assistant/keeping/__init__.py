"""What outlives a question: notices added and removed, conversations, feedback.

- keeper, withdrawal, live: the corpus under a running assistant; conversations, feedback, answer_json: SQLite
"""
