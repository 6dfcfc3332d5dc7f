"""The functions that answer in place of the originals' functions. `tricolore.dropin` installs them.

Each adapter has two functions. `replaced` returns the answering functions of a module by name; they take the same
arguments as the originals. `ready` is called when modules have been imported. An answering function first checks that
the parts of the original which it bypasses are unchanged, and raises `NotServedError` if they are not.
"""
