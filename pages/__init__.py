"""The pages (页面) of the assistant: small Gradio modules that call ``Assistant`` and render what it returns.

Reading order: ``words`` (what the page says, in two languages) and ``language`` (which one a visitor gets); ``markup``
(text to safe HTML), ``turn`` and ``answers`` (one answer), ``panel``, ``about`` and ``graph`` (the source beside it),
``session`` and ``history`` (a conversation, kept), ``chat`` (the page itself); then ``library``, ``intake``, ``batch``
and ``preview`` (files brought in), ``rules`` (applicability, comparison), ``schedule`` and ``months`` (duties), ``dashboard``;
``export`` and ``server`` make the files. ``assets`` holds the words, the style sheet and the scripts. Nothing here
retrieves, decides or writes prompts.
"""
