"""Demo data of assets: people of a small company, and their files in every state."""
