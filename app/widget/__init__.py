"""The widget's server side: bootstrap page, fragments, identity exchange, event intake."""
