"""Chat: people, conversations and live messages. template.yaml deploys it, wiring.py puts its functions together."""
