// swift-tools-version: 6.2
import PackageDescription

// SWIFTCNN_WHEEL=1 (set by setup.py) leaves out the command-line program, and with it the only dependency.
let buildsWheel = Context.environment["SWIFTCNN_WHEEL"] == "1"

// SWIFTCNN_BENCHMARK=1 (set by benchmarks/kernels.py) adds the program that measures layers. It reaches into the engine, for
// which a release build needs -enable-testing; so it is no part of other builds.
let buildsBenchmark = Context.environment["SWIFTCNN_BENCHMARK"] == "1"

// Kernels are fast only when optimised, also in a debug build of a program that uses them. One object a file
// (-num-threads) is what SwiftPM expects of a debug build; a single one for the module breaks its indexing.
let kernelFlags = ["-Ounchecked", "-wmo", "-num-threads", "1", "-enforce-exclusivity=unchecked", "-Xcc", "-fno-math-errno"]

#if arch(x86_64)
  let avx2Flags = ["-Xcc", "-march=x86-64-v3"]
  let avx512Flags = ["-Xcc", "-march=x86-64-v4"]
#else
  let avx2Flags: [String] = []
  let avx512Flags: [String] = []
#endif

/// A module with the kernel sources of one folder, most of them links to the shared ones, compiled for one instruction set.
func kernels(_ name: String, in folder: String, define: String, flags: [String]) -> Target {
  .target(
    name: name, dependencies: ["CKernels"], path: "Sources/Kernels/\(folder)",
    swiftSettings: [.define(define), .unsafeFlags(kernelFlags + flags)])
}

var targets: [Target] = [
  .target(name: "CKernels"),
  .target(name: "CSwiftCNN"),
  kernels("KernelsBaseline", in: "Shared", define: "KERNELS_BASELINE", flags: []),
  kernels("KernelsAVX2", in: "AVX2", define: "KERNELS_AVX2", flags: avx2Flags),
  kernels("KernelsAVX512", in: "AVX512", define: "KERNELS_AVX512", flags: avx512Flags),
  .target(
    name: "SwiftCNN",
    dependencies: ["CKernels", "CSwiftCNN", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"]),
  .target(name: "SwiftCNNABI", dependencies: ["SwiftCNN", "CSwiftCNN"]),
  .testTarget(name: "CSwiftCNNTests", dependencies: ["CSwiftCNN"]),
  .testTarget(name: "KernelTests", dependencies: ["CKernels", "CSwiftCNN", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"]),
  .testTarget(name: "SwiftCNNTests", dependencies: ["SwiftCNN"]),
]
if !buildsWheel {
  targets.append(
    .executableTarget(
      name: "swiftcnn-mnist",
      dependencies: ["SwiftCNN", .product(name: "ArgumentParser", package: "swift-argument-parser")]))
}
if buildsBenchmark {
  targets.append(.target(name: "CPeak"))
  targets.append(.executableTarget(name: "swiftcnn-kernels", dependencies: ["SwiftCNN", "CPeak"]))
}

let package = Package(
  name: "swiftcnn",
  products: [
    .library(name: "SwiftCNN", targets: ["SwiftCNN"]),
    .library(name: "swiftcnn", type: .dynamic, targets: ["SwiftCNNABI"]),
  ],
  dependencies: buildsWheel ? [] : [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")],
  targets: targets)
