import Glibc

enum Memory {
  /// Throws if an array of so many bytes cannot be had. An array that asks in vain ends the process, and the operating
  /// system grants more than the machine has, only to kill the process later.
  static func ensureAvailable(_ byteCount: Int, for purpose: @autoclosure () -> String) throws(SwiftCNNError) {
    if byteCount <= physical, let probe = malloc(byteCount) { return free(probe) }
    throw .outOfMemory("\(purpose()) needs \(byteCount >> 20) MiB of memory, which cannot be had")
  }

  private static let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
}
