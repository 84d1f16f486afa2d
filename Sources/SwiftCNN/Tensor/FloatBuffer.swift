import CSwiftCNN
import Glibc

/// Owned, zeroed, 64-byte aligned float32 memory, with room behind it for the over-reads that `KernelTile.b` allows.
final class FloatBuffer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Elements behind the last one that may be read.
  private static let slack = 64

  init(_ count: Int, for purpose: @autoclosure () -> String) throws(SwiftCNNError) {
    let bytes = (count + Self.slack) * MemoryLayout<Float>.stride
    guard bytes <= Self.physicalMemory, let memory = scnn_i_alloc(bytes) else {
      throw .outOfMemory(
        "\(purpose()) needs \(bytes >> 20) MiB of memory, which cannot be had; use a smaller model or a smaller batch size")
    }
    pointer = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  deinit { scnn_i_dealloc(pointer) }

  /// Asking for more than the machine has would be granted and then kill the process.
  private static let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

  var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
