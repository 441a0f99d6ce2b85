return accept(2)
