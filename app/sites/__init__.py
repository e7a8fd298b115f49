"""Sites: the places that embed the widget, their appearance, origins and identity keys."""
