"""At which sizes does an allocator's cost jump? Found from a size sweep, with intervals; never written down by hand."""
