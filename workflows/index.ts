export { discover } from './discover';
export { plan } from './plan';
export { rollout } from './rollout';
export { upgrade } from './upgrade';
export { wave } from './wave';
