"""The benchmarks, and the plain app that Izwi is compared with. Nothing of the product imports this but `./izwi bench`."""
