"""Where the answer may stand: passages gathered a place at a time, then the sentences that cover what is asked.

- evidence: passages by plan, with the notices that bind; matching: weighted overlap of a question with a text
- selection: sentences in order of how well they answer
"""
