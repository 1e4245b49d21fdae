raise RuntimeError("cannot import me")
