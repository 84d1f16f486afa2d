import CKernels

extension WinogradOperation {
  /// U by panels of filters, [plane][panel][channel][filter]. For the input's gradient, also U' by panels of channels,
  /// [plane][panel][filter][channel]. There is one task for each panel of channels.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let channelPanels = Panels(tiling.channels, kernels)
    let transposes = training && needsInputGradient
    let elements = forwardPacked(kernels) + (transposes ? transposedPacked(kernels) : 0)
    return Packing(elements: elements, tasks: channelPanels.count) { [unowned self] panel, weights, packed in
      let first = channelPanels.start(panel)
      let channels = first..<first + channelPanels.columns(panel)
      self.packForward(kernels, channels, weights(self.kernel), packed)
      if transposes { self.packTransposed(kernels, channelPanels, panel, packed, packed + self.forwardPacked(kernels)) }
    }
  }

  func forwardPacked(_ kernels: KernelTable) -> Int {
    WinogradTiling.planes * Panels(tiling.filters, kernels).elements(depth: tiling.channels)
  }

  private func transposedPacked(_ kernels: KernelTable) -> Int {
    WinogradTiling.planes * Panels(tiling.channels, kernels).elements(depth: tiling.filters)
  }

  /// The transform writes each row of a panel directly to its place. The columns beyond the filters stay zero.
  private func packForward(
    _ kernels: KernelTable, _ channels: Range<Int>, _ weights: UnsafePointer<Float>, _ packed: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(tiling.filters, kernels)
    let plane = panels.elements(depth: tiling.channels)
    for channel in channels {
      for panel in 0..<panels.count {
        let row = panels.offset(panel, depth: tiling.channels) + channel * panels.packedColumns(panel) - panels.start(panel)
        let filters = panels.start(panel)..<panels.start(panel) + panels.columns(panel)
        eachRun(channel, filters, of: weights) { first, count, taps in
          kernels.winograd_kernel(taps, count, packed + row + first, plane)
        }
      }
    }
  }

  /// Packs a panel of channels of U', from the same channels of every panel of filters of U.
  private func packTransposed(
    _ kernels: KernelTable, _ channelPanels: Panels, _ channelPanel: Int, _ packed: UnsafePointer<Float>,
    _ transposed: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(tiling.filters, kernels)
    for plane in 0..<WinogradTiling.planes {
      let source = packed + plane * panels.elements(depth: tiling.channels)
      let target =
        transposed + plane * channelPanels.elements(depth: tiling.filters)
        + channelPanels.offset(channelPanel, depth: tiling.filters)
      for panel in 0..<panels.count {
        kernels.pack_transposed(
          source + panels.offset(panel, depth: tiling.channels)
            + channelPanels.start(channelPanel) * panels.packedColumns(panel), panels.packedColumns(panel),
          panels.columns(panel), channelPanels.columns(channelPanel),
          target + panels.start(panel) * channelPanels.packedColumns(channelPanel))
      }
    }
  }
}
