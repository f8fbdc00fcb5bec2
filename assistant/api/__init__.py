"""The service for other software (接口): REST under ``/api``, OpenAI-compatible under ``/v1``, health and metrics.

Translates only: requests into values of the layer below, its values into JSON, its errors into one form (RFC 9457).
"""
