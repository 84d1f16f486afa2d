"""`python -m swiftcnn.transfer`: puts a new head on a trained network and teaches it the classes of Imagenette."""

from .commands.transfer import main

if __name__ == "__main__":
    main()
