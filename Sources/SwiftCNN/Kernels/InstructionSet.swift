import CKernels
import CSwiftCNN
import Glibc
import KernelsAVX2
import KernelsAVX512
import KernelsBaseline

/// The instruction sets that the kernels are compiled for, slowest first. Raw values are those of `SWIFTCNN_ISA`.
enum InstructionSet: String, CaseIterable {
  case baseline
  case avx2
  case avx512

  /// The sets that this processor and operating system can run.
  static let usable: [InstructionSet] = {
    let level = Int(scnn_i_cpu_level())
    return Array(allCases.prefix(level + 1))
  }()

  var kernels: KernelTable {
    switch self {
    case .baseline: swiftcnn_kernels_baseline().pointee
    case .avx2: swiftcnn_kernels_avx2().pointee
    case .avx512: swiftcnn_kernels_avx512().pointee
    }
  }

  /// The best usable set, or the one that `SWIFTCNN_ISA` names. It is chosen once in a process.
  static func chosen() throws(SwiftCNNError) -> InstructionSet { try choice.get() }

  private static let choice: Result<InstructionSet, SwiftCNNError> = {
    // Invariant: the baseline is always usable.
    guard let text = getenv("SWIFTCNN_ISA").map({ String(cString: $0) }), !text.isEmpty else { return .success(usable.last!) }
    if let asked = InstructionSet(rawValue: text), usable.contains(asked) { return .success(asked) }
    let names = usable.map(\.rawValue).joined(separator: ", ")
    return .failure(
      .invalidValue(
        "the environment variable SWIFTCNN_ISA is '\(text)'; this machine can use \(names). Set one of them, or unset it"))
  }()
}
