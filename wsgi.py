"""What a web server serves."""

from config.settings import load_settings
from gateway.app import create_app

app = create_app(load_settings())
