import CKernels
import Glibc

/// dU = V'·dM, then dW = G'·dU·G.
///
/// The sums of small weights stay in the second-level cache through all blocks of a group of images, and are transformed once.
/// Those of large weights would come from memory for every block, so they are made and transformed part by part.
extension WinogradOperation {
  /// Channels of a part: its sums leave room in the second-level cache for its tiles.
  private static let channelsAtOnce = 28
  private static let widestPanel = 64

  private var partElements: Int { Self.channelsAtOnce * Self.widestPanel }

  /// dU, or a part of it.
  var groupElements: Int { WinogradTiling.planes * (tiling.weightsStay ? pairs : partElements) }

  func beginGroup(_ call: OperationCall) {
    if tiling.weightsStay { memset(call.group, 0, groupElements * 4) }
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
    let panels = Panels(tiling.filters, call.kernels)
    if tiling.weightsStay {
      for panel in 0..<panels.count {
        let place = panels.start(panel)
        var tile = products(0..<tiling.channels, columns: panels.columns(panel), row: tiling.filters)
        tile.accumulate = 1
        contract(call.kernels, &tile, block, input, output + place, into: call.group + place, plane: pairs)
      }
    } else {
      for first in stride(from: 0, to: tiling.channels, by: Self.channelsAtOnce) {
        let channels = first..<min(tiling.channels, first + Self.channelsAtOnce)
        for panel in 0..<panels.count { addPart(call, block, channels, panels, panel, input, output) }
      }
    }
  }

  private func addPart(
    _ call: OperationCall, _ block: WinogradTiling.Block, _ channels: Range<Int>, _ panels: Panels, _ panel: Int,
    _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>
  ) {
    guard let weightGradients = call.weightGradients else { return }
    let (place, columns) = (panels.start(panel), panels.columns(panel))
    var tile = products(channels, columns: columns, row: panels.width)
    contract(call.kernels, &tile, block, input + channels.lowerBound, output + place, into: call.group, plane: partElements)
    for (row, channel) in channels.enumerated() {
      let sums = call.group + row * panels.width - place
      eachRun(channel, place..<place + columns, of: weightGradients) { first, count, taps in
        call.kernels.winograd_kernel_gradient(sums + first, partElements, count, taps)
      }
    }
  }

  /// A plane's V'·dM for some channels and filters, but for its tiles and where it lies.
  private func products(_ channels: Range<Int>, columns: Int, row: Int) -> KernelTile {
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = WinogradTiling.step(tiling.channels)
    tile.b_row = WinogradTiling.step(tiling.filters)
    tile.outer = 1
    tile.c_row = row
    tile.rows = channels.count
    tile.columns = columns
    return tile
  }

  private func contract(
    _ kernels: KernelTable, _ tile: inout KernelTile, _ block: WinogradTiling.Block, _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, plane: Int
  ) {
    for place in 0..<WinogradTiling.planes {
      let tiles = block.tiles(in: place)
      tile.depth = tiles.count
      tile.a = a + place * tiling.plane(channels: tiling.channels) + tiles.lowerBound * tile.a_step
      tile.b = b + place * tiling.plane(channels: tiling.filters) + tiles.lowerBound * tile.b_row
      tile.c = c + place * plane
      kernels.tile(&tile)
    }
  }
}
