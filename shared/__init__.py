"""What the services have in common: the pure domain, the ports, and the engines behind them."""

VERSION = "0.1.0"
