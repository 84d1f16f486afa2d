/// Philox4x32-10, one block, from the paper's definition.
func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
  var c = counter
  var (key0, key1) = (key[0], key[1])
  for _ in 0..<10 {
    let first = c[0].multipliedFullWidth(by: 0xD251_1F53)
    let second = c[2].multipliedFullWidth(by: 0xCD9E_8D57)
    c = [second.high ^ c[1] ^ key0, second.low, first.high ^ c[3] ^ key1, first.low]
    key0 &+= 0x9E37_79B9
    key1 &+= 0xBB67_AE85
  }
  return c
}
