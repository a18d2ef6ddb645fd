"""The wado_proxy app."""
