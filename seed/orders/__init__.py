"""Demo data of orders: people who can sign in, 200 products, orders in every state."""
