"""The kit of staff screens, and the screens of what every app builds on."""
