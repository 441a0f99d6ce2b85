-- What most exchanges do without. It is made when it is asked for first: to make all these functions costs as much as five
-- commands.
return {
  settleOne = settleOne,
  settleGiven = settleGiven,
  extend = extend,
  noticeLapses = noticeLapses,
  promote = promote,
  unpark = unpark,
  park = park,
  pick = pick,
  isReady = isReady,
  progressOf = progressOf,
  stampOf = stampOf,
}
