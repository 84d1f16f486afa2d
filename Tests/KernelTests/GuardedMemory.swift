import Glibc

/// Bytes between two pages that nobody may touch: a kernel that reads or writes past the side that is flush with its
/// page is stopped by the processor, and what it writes past the other side is found by `fenceIsIntact`.
final class GuardedMemory {
  enum Side: CaseIterable { case start, end }

  let address: UnsafeMutableRawPointer
  private let count: Int
  private let region: UnsafeMutableRawPointer
  private let regionCount: Int
  private static let page = 4096
  private static let fence: UInt8 = 0xA5

  init(_ bytes: [UInt8], flush side: Side) {
    let page = Self.page
    let inner = max(1, (bytes.count + page - 1) / page) * page
    regionCount = inner + 2 * page
    let mapped = mmap(nil, regionCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    precondition(mapped != MAP_FAILED, "mmap of \(regionCount) bytes failed")
    region = mapped
    memset(region + page, Int32(Self.fence), inner)
    mprotect(region, page, PROT_NONE)
    mprotect(region + page + inner, page, PROT_NONE)
    address = side == .start ? region + page : region + page + inner - bytes.count
    count = bytes.count
    bytes.withUnsafeBytes {
      if let start = $0.baseAddress { address.copyMemory(from: start, byteCount: count) }
    }
  }

  deinit { munmap(region, regionCount) }

  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: address, count: count)) }

  var fenceIsIntact: Bool {
    let inner = UnsafeRawBufferPointer(
      start: region + Self.page, count: regionCount - 2 * Self.page)
    let start = address - (region + Self.page)
    return inner[..<start].allSatisfy { $0 == Self.fence }
      && inner[(start + count)...].allSatisfy { $0 == Self.fence }
  }
}
