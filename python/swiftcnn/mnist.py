"""`python -m swiftcnn.mnist`: trains one of the tutorials' networks on MNIST and shows what it learned."""

from .commands.mnist import main

if __name__ == "__main__":
    main()
