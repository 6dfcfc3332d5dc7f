"""What stands in for functions of the originals as they are installed: `tricolore.dropin` puts it there.

Each adapter here has `replaced`, which gives by module and name the function that answers in place of the
original's, with the same arguments; and `ready`, which is told what was imported. Each function first looks whether it
knows what it would pass by, and raises `NotServedError` where it does not.
"""
