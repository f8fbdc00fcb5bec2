"""The pages (页面) of the assistant: small Gradio modules that call ``Assistant`` and render what it returns.

Reading order: ``words`` (what the page says, in two languages) and ``language`` (which one a visitor gets); ``markup``
(text to safe HTML), ``turn`` and ``answers`` (one answer), ``panel``, ``about`` and ``graph`` (the source beside it),
``session`` and ``history`` (a conversation, kept), ``chat``, ``composer`` and ``tasks`` (the page itself); ``scope`` and ``hospital``
(who asks); then ``library``, ``catalogue``, ``timeline``, ``review``, ``intake``, ``batch`` and ``preview`` (notices and files brought in),
``drafts`` and ``checked`` (a draft checked), ``writing`` (one assembled), ``rules`` and ``differ`` (applicability, comparison), ``schedule`` and
``months`` (duties), ``dashboard``; ``export``, ``sheets``, ``shelf`` and ``files`` make what is saved, ``server`` what the script asks for; ``frame`` and
``layout`` put all of it together, ``visitor`` says who is looking. ``assets`` holds the words, the style sheets and the scripts. Nothing here
retrieves, decides or writes prompts.
"""
