export { discover } from './discover';
export { notify } from './notify';
export { plan } from './plan';
export { rollout } from './rollout';
export { upgrade } from './upgrade';
export { wave } from './wave';
