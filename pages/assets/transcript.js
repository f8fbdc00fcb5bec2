// Lets page.js raise events of the transcript: 'retry', 'vote', 'refresh' and 'history' are listened for in pages/chat.py.
window.hpa = window.hpa || {};
window.hpa.send = (name, payload) => trigger(name, payload);
