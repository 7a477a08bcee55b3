"""The demo shop: goods, people's words about them, and the pictures, all made by code from seeds."""
