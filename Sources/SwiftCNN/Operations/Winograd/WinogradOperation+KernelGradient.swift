import CKernels
import Glibc

/// dU = V'·dM, then dW = G'·dU·G.
///
/// For small weights, the sums stay in the second-level cache during all blocks of a group of images, and are transformed once.
/// For large weights, the sums would be read from memory for every block. They are therefore computed and transformed in parts.
extension WinogradOperation {
  /// The size of a part. Its sums leave room for its tiles in the second-level cache. The size is the same for every instruction
  /// set, because a weight of several phases is summed part by part.
  private static let channelsAtOnce = 28
  private static let filtersAtOnce = 64

  private var partElements: Int { Self.channelsAtOnce * Self.filtersAtOnce }

  /// Elements of dU, or of a part of it.
  var groupScratch: Int { WinogradTiling.planes * (tiling.weightsStay ? pairs : partElements) }

  func beginGroup(_ call: OperationCall) {
    if tiling.weightsStay { memset(call.group, 0, groupScratch * 4) }
  }

  func endGroup(_ call: OperationCall) {
    guard tiling.weightsStay, let weightGradients = call.weightGradients else { return }
    for channel in 0..<tiling.channels {
      eachRun(channel, 0..<tiling.filters, of: weightGradients) { first, count, taps in
        call.kernels.winograd_kernel_gradient(call.group + channel * tiling.filters + first, pairs, count, taps)
      }
    }
  }

  /// - Parameters: input, output: V and dM of a block.
  func addKernelGradient(
    _ call: OperationCall, _ block: WinogradTiling.Block, _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>
  ) {
    guard let weightGradients = call.weightGradients else { return }
    if tiling.weightsStay {
      let all = (channels: 0..<tiling.channels, filters: 0..<tiling.filters)
      contract(call.kernels, all, block, input, output, into: call.group, row: tiling.filters, plane: pairs, accumulate: true)
      return
    }
    for first in stride(from: 0, to: tiling.channels, by: Self.channelsAtOnce) {
      let channels = first..<min(tiling.channels, first + Self.channelsAtOnce)
      for first in stride(from: 0, to: tiling.filters, by: Self.filtersAtOnce) {
        addPart(
          call, (channels, first..<min(tiling.filters, first + Self.filtersAtOnce)), block, input, output,
          to: weightGradients)
      }
    }
  }

  private typealias Part = (channels: Range<Int>, filters: Range<Int>)

  private func addPart(
    _ call: OperationCall, _ part: Part, _ block: WinogradTiling.Block, _ input: UnsafePointer<Float>,
    _ output: UnsafePointer<Float>, to weightGradients: UnsafeMutablePointer<Float>
  ) {
    let row = Self.filtersAtOnce
    contract(call.kernels, part, block, input, output, into: call.group, row: row, plane: partElements, accumulate: false)
    for (i, channel) in part.channels.enumerated() {
      let sums = call.group + i * row - part.filters.lowerBound
      eachRun(channel, part.filters, of: weightGradients) { first, count, taps in
        call.kernels.winograd_kernel_gradient(sums + first, partElements, count, taps)
      }
    }
  }

  /// V'·dM of every plane, for some channels and filters: c[plane][channel][filter].
  private func contract(
    _ kernels: KernelTable, _ part: Part, _ block: WinogradTiling.Block, _ input: UnsafePointer<Float>,
    _ output: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, row: Int, plane: Int, accumulate: Bool
  ) {
    let panels = Panels(part.filters.count, kernels)
    let channels = input + part.channels.lowerBound
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = WinogradTiling.step(tiling.channels)
    tile.b_row = WinogradTiling.step(tiling.filters)
    tile.outer = 1
    tile.c_row = row
    tile.rows = part.channels.count
    tile.accumulate = accumulate ? 1 : 0
    for panel in 0..<panels.count {
      tile.columns = panels.columns(panel)
      let filters = output + part.filters.lowerBound + panels.start(panel)
      for place in 0..<WinogradTiling.planes {
        let tiles = block.tiles(in: place)
        tile.depth = tiles.count
        tile.a = channels + place * tiling.plane(channels: tiling.channels) + tiles.lowerBound * tile.a_step
        tile.b = filters + place * tiling.plane(channels: tiling.filters) + tiles.lowerBound * tile.b_row
        tile.c = c + place * plane + panels.start(panel)
        kernels.tile(&tile)
      }
    }
  }
}
