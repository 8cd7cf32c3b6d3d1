"""What all tests share."""

from hypothesis import settings

# A slow machine is no failure; the same examples every time, so that a run that passed here passes there.
settings.register_profile("milepost", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("milepost")
