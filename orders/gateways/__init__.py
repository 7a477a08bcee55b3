"""Payment gateways: a folder each, all speaking `orders.gateways.base.Gateway`."""
