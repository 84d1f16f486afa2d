import CKernels
import CSwiftCNN
import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
import Testing

enum InstructionSet: Int32, CaseIterable, CustomTestStringConvertible {
  case baseline = 0
  case avx2 = 1
  case avx512 = 2

  var isUsable: Bool { rawValue <= scnn_i_cpu_level() }

  /// Only for a usable one: filling the table runs code of that instruction set.
  private var table: UnsafePointer<KernelTable> {
    switch self {
    case .baseline: swiftcnn_kernels_baseline()
    case .avx2: swiftcnn_kernels_avx2()
    case .avx512: swiftcnn_kernels_avx512()
    }
  }

  /// The table, or the end of the test, marked as skipped, on a processor without the instruction set.
  func usableTable() throws -> UnsafePointer<KernelTable> {
    guard isUsable else { try Test.cancel("this processor has no \(self)") }
    return table
  }

  var testDescription: String { "\(self)" }
}
