"""Is it true what Heaptoll measures? Work of known cost, and the other engine's results beside its own."""
