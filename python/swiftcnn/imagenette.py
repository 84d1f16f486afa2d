"""`python -m swiftcnn.imagenette`: trains the tutorials' network on the image files of Imagenette and shows what it learned."""

from .commands.imagenette import main

if __name__ == "__main__":
    main()
