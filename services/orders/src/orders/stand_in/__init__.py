"""A stand-in for the payment gateway: the same API, for development and tests. Not used where PaymentUrl is set."""
