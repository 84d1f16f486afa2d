"""`python -m swiftcnn.cifar10`: trains one of the tutorials' networks on CIFAR-10 and shows what it learned."""

from .commands.cifar10 import main

if __name__ == "__main__":
    main()
