"""The model answerer: any OpenAI-compatible endpoint. What it writes is shown only after ``assistant.verification``.

- client, stream: the connection; condensing: a follow-up made whole; writing: the answer, sentence by sentence
- citing: markers put where the model left them out; fallback: what is said when the model fails
"""
