"""The engines: implementations of the ports in `shared.engine`."""
