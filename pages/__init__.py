"""The pages (页面) of the assistant: small Gradio modules that call ``Assistant`` and render what it returns.

Reading order: ``markup`` (text to safe HTML), ``answers`` (one answer), ``panel`` (the source beside it), ``chat``
(the page itself). No module here retrieves, decides or writes prompts.
"""
