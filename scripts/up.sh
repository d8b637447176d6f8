#!/bin/sh
# Starts a one-machine cluster with the demo: scripts/up.sh DATA_DIR LISTEN. A second run changes nothing.
set -eu
cd "$(dirname "$0")/.."
dir=$1 listen=$2
gantry="bin/gantry"
kubectl() { "$gantry" kubectl --data-dir "$dir" "$@"; }

"$gantry" up --data-dir "$dir" --listen "$listen"
"$gantry" image build demo/web:1 --data-dir "$dir" --file bin/demo-web:/web --entrypoint /web
kubectl apply -f examples/web/web.yaml
kubectl rollout status deployment/web --timeout=120s

port=$(kubectl get service web -o 'jsonpath={.spec.ports[0].nodePort}')
url="http://127.0.0.1:$port/"
echo
kubectl get nodes,deployments,pods,services -o wide
echo
echo "$url answers:"
curl -sSf --max-time 10 --retry 5 --retry-all-errors --retry-delay 1 "$url" 2>/dev/null || "$gantry" kubectl --data-dir "$dir" get --raw /readyz
flag=
down="make down"
[ "$dir" = /var/lib/gantry ] || { flag=" --data-dir $dir" down="make down DATA_DIR=$dir"; }
cat <<END

Try next:
  curl $url
  bin/gantry kubectl$flag get pods -A
  bin/gantry kubectl$flag scale deployment/web --replicas=5
  bin/gantry kubectl$flag logs -f deployment/web
  bin/gantry explain deployment/web$flag
  bin/gantry kubeconfig$flag > ~/.kube/config      # for your own kubectl, helm, k9s
  $down
END
